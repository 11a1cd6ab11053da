/* What a drawn page does by itself: it goes to the figure that its address names, and it makes itself ready for paper. */
(function () {
  "use strict";

  /* The content comes after the page: the browser has looked for the figure when it was not there yet. */
  function find() {
    var name = decodeURIComponent(location.hash.slice(1));
    return name ? document.getElementById(name) : null;
  }

  function go(place) {
    for (var box = place.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    place.scrollIntoView({ block: "start", behavior: "instant" });
  }

  function watch() {
    if (!location.hash) return;
    var seen = new MutationObserver(function () {
      var place = find();
      if (!place) return;
      seen.disconnect();
      requestAnimationFrame(function () { go(place); });
    });
    seen.observe(document.documentElement, { childList: true, subtree: true });
    window.addEventListener("wheel", function () { seen.disconnect(); }, { once: true, passive: true });
  }

  /* On paper, charts are as wide as their frame, what is folded away is shown, and the address can be typed. */
  var shut = [];

  function before() {
    document.querySelectorAll(".figure .main-svg").forEach(function (drawing) {
      drawing.setAttribute("viewBox", "0 0 " + drawing.getAttribute("width") + " " + drawing.getAttribute("height"));
      drawing.setAttribute("preserveAspectRatio", "none");
    });
    shut = shut.concat(Array.prototype.filter.call(document.querySelectorAll("details:not(.twin-box)"), function (one) {
      return !one.open;
    }));
    shut.forEach(function (one) { one.open = true; });
    document.querySelectorAll(".printed .address").forEach(function (place) {
      place.textContent = new URL(place.textContent, location.origin).href;
    });
  }

  function after() {
    document.querySelectorAll(".figure .main-svg").forEach(function (drawing) { drawing.removeAttribute("viewBox"); });
    shut.forEach(function (one) { one.open = false; });
    shut = [];
  }

  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  watch();
})();
