"""Draws cards and posts as Slack and Teams show them, into ``docs/screenshots``, and looks at nothing else.

Run it from the project's folder: ``.venv/bin/python -m tests.bots.drawings``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from bots.card import Button
from bots.platform import Answer, Post
from bots.platforms.slack import blocks
from bots.platforms.teams import adaptive
from reseau.network import Network
from reseau.settings import load_settings
from reseau.store import open_store
from tests.bots.company import Company, company
from tests.bots.renderers import browser, slack_page, slack_script, teams_page

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WIDE, PHONE = 720, 360
_FACE = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 36 36'>"
    "<rect width='36' height='36' rx='8' fill='%23{colour}'/><text x='18' y='24' font-size='16' "
    "font-family='sans-serif' fill='white' text-anchor='middle'>{letters}</text></svg>"
)
LONG = """Voici ce que nous avons appris en posant les bancs d’essai de **Lyon** :

1. vérifier la dalle *avant* la livraison ;
2. prévoir deux personnes pour le câblage :
   - une à l’armoire,
   - une au banc ;
3. noter le couple de serrage.

> Le premier banc a bougé de 2 mm en un mois.
> Nous l’avons rescellé.

Le réglage que nous utilisons :

```
banc:
  couple: 42
  tolérance: 0.5
```

Le guide complet est [ici](https://docs.example.org/bancs). Merci à [@Ana Roux](reseau:x/1) !"""


@dataclass(frozen=True)
class Picture:
    """A name, and its picture below."""

    name: str
    shown: Answer | Post
    width: int = WIDE


def pictures(here: Company) -> Iterator[Picture]:
    """A dozen cards, in both languages and at both widths."""

    def said(name: str, line: str, who: str = "lea", language: str = "fr", width: int = WIDE) -> Picture:
        return Picture(name, Answer(here.ask(line, who, language=language), language=language), width)

    yield said("welcome-fr-phone", "bonjour", "nina", width=PHONE)
    yield said("help-fr", "aide")
    yield said("help-en-phone", "help", language="en", width=PHONE)
    yield said("search-fr", "chercher soudure")
    yield said("search-en-phone", "search welding", language="en", width=PHONE)
    yield said("preview-fr-phone", "demander dans Veille : Qui a déjà *essayé* la soudure laser ?", width=PHONE)
    yield said("expert-fr", "expert soudure")
    yield said("expert-en", "expert soudure", language="en")
    yield said("refusal-fr-phone", "demnder soudure laser", width=PHONE)
    yield said("profile-fr", "profil @ana")
    yield said("admit-fr-phone", "admettre", "franck", width=PHONE)
    yield said("thread-en", "show Q12", language="en")
    yield Picture("published-fr", Answer(here.ask("merci @ana pour la **visite**", confirmed=True)))
    yield said("feed-fr-phone", "fil", width=PHONE)
    yield said("reaction-fr-phone", "aimer Q12", "ana", width=PHONE)
    yield said("thread-fr", "voir Q12", "ana")
    yield said("settings-fr-phone", "réglages réactions non", width=PHONE)
    answer = (Button("Répondre", "répondre Q12"), Button("Suivre", "suivre Q12"))
    short = "Qui a déjà posé des bancs d’essai ? #soudure"
    liked = "👍 🎉 Ana Roux, Karim Benali et 2 autres"
    post = Post("k", "Léa Petit", short, label="Question Q12", buttons=answer, reactions=liked)
    yield Picture("post-short-fr-phone", post, PHONE)
    yield Picture("post-long-fr", Post("k", "Léa Petit", LONG, label="Article A3", buttons=answer))


def on_slack(page: Page, picture: Picture) -> None:
    """Put a card or a post before the camera as Slack shows it."""
    drawing = picture.shown
    elements = blocks.of_answer(drawing) if isinstance(drawing, Answer) else blocks.of_post(drawing)[0]
    name = "Réseau Lumen" if isinstance(drawing, Answer) else drawing.author
    message = {"blocks": elements, "name": name, "time": "2026-11-20T09:00:00+01:00", "logo": face(name)}
    page.evaluate("document.body.innerHTML = '<main id=card></main>'")
    page.evaluate("one => window.drawSlack(document.getElementById('card'), one)", message)
    page.wait_for_function("document.getElementById('card').innerText.length > 20")


def on_teams(page: Page, picture: Picture) -> None:
    """The same on Teams."""
    drawing = picture.shown
    card = adaptive.of_answer(drawing) if isinstance(drawing, Answer) else adaptive.of_post(drawing)[0]
    page.evaluate("one => window.drawTeams(document.getElementById('card'), one)", card)


def face(name: str) -> str:
    """A square with initials, in place of a photo."""
    letters = "".join(word[0] for word in name.split()[:2])
    return _FACE.format(colour="1F3A5F" if name.startswith("Réseau") else "7A3E9D", letters=letters)


LOOK = {
    "slack": "body{margin:0;background:#fff;font-family:Lato,'Liberation Sans',Arial,sans-serif}"
    "#card{padding:12px 16px}",
    "teams": "body{margin:0;background:#f5f5f5;font-family:'Segoe UI','Liberation Sans',Arial,sans-serif}"
    "body{padding:12px}#card{padding:4px;background:#fff;border:1px solid #d1d1d1;border-radius:6px}"
    ".ac-adaptiveCard{outline:none}.ac-textBlock p{margin:0 0 6px}.ac-textBlock p:last-child{margin:0}"
    ".ac-textBlock ul,.ac-textBlock ol{margin:0;padding-left:24px}"
    ".ac-pushButton{min-height:32px;padding:4px 14px;border:1px solid #d1d1d1;border-radius:4px;background:#fff;"
    "font:600 14px 'Segoe UI','Liberation Sans',Arial,sans-serif;color:#242424}"
    ".ac-pushButton.style-positive{background:#4f52b2;border-color:#4f52b2;color:#fff}"
    ".ac-pushButton.style-destructive{border-color:#c4314b;color:#c4314b}",
}


def take(here: Company, folder: Path, work: Path) -> Iterator[Path]:
    """Write every picture."""
    with browser() as context:
        pages = {"slack": slack_page(context, slack_script(work)), "teams": teams_page(context)}
        for name, page in pages.items():
            page.add_style_tag(content=LOOK[name])
        for picture in pictures(here):
            for name, draw in (("slack", on_slack), ("teams", on_teams)):
                pages[name].set_viewport_size({"width": picture.width, "height": 200})
                draw(pages[name], picture)
                file = folder / f"{name}-{picture.name}.png"
                pages[name].locator("body").screenshot(path=file)
                yield file


def main() -> int:
    """Draw in an empty folder's company."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as work:
        settings = load_settings(data=Path(work), name="Réseau Lumen")
        network = Network(settings, open_store(settings.store_url))
        network.store.clock = lambda: datetime(2026, 11, 20, 8, tzinfo=UTC)  # some pictures show dates
        for file in take(company(network), FOLDER, Path(work)):
            sys.stdout.write(f"{file.relative_to(FOLDER.parents[1])} {file.stat().st_size}\n")
        network.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
