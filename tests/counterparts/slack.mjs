// Draws Slack's blocks in a page, by a renderer that nobody here wrote: window.drawSlack(element, message).
import React from "react";
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";

window.drawSlack = (element, message) =>
  createRoot(element).render(
    React.createElement(Message, {
      // To Slack, verbatim text still has its marks; this renderer would show them as they are.
      blocks: JSON.parse(JSON.stringify(message.blocks, (name, value) => (name === "verbatim" ? undefined : value))),
      name: message.name,
      logo: message.logo,
      time: new Date(message.time),
      showBlockKitDebug: false,
      unstyled: false,
      withoutWrapper: false,
      hooks: {},
    }),
  );
