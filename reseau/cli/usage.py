"""Translation of the command library's own texts: its help and its usage errors."""

from __future__ import annotations

import re
from typing import Any

import typer

from reseau.i18n import N_, Words

_HELP = N_("Show this message and exit.")
_OPTIONS, _ARGUMENTS = N_("Options"), N_("Arguments")
_COMMANDS = N_("Commands")
_USAGE = "Usage: "  # the library's beginning of a usage line

_OPTION = r"No such option: (?P<name>\S+)"
_COMMAND = r"No such command '(?P<name>.*)'\."
_VALUE = r"Invalid value for (?P<name>.+?): "
_PATH = _VALUE + r"\w+ '(?P<path>.*)' "
_TOO_MUCH = r"Got unexpected extra arguments?(?:\(s\))? \((?P<name>.*)\)"

#: The library's English messages, and our sentences for them; the first match counts.
_REFUSALS = (
    (
        _OPTION + r" \(Possible options: (?P<near>.+)\)",
        N_("There is no option {name}; did you mean {near}?"),
    ),
    (_OPTION, N_("There is no option {name}.")),
    (
        _COMMAND + r" Did you mean (?P<near>.+)\?",
        N_("There is no command “{name}”; did you mean {near}?"),
    ),
    (_COMMAND, N_("There is no command “{name}”.")),
    (r"Missing command\.", N_("A command is missing.")),
    (r"Missing option '(?P<name>.+?)'.*", N_("The option {name} is missing.")),
    (r"Missing (?:argument|parameter) '?(?P<name>.+?)'?\..*", N_("A word is missing here: {name}.")),
    (
        _TOO_MUCH,
        N_("“{name}” is not expected here; put a text of several words between quotes."),
    ),
    (r"Option '(?P<name>.+)' requires .*", N_("The option {name} needs a value after it.")),
    (r"Option '(?P<name>.+)' does not take a value\.", N_("The option {name} takes no value.")),
    (_VALUE + r".*is not one of (?P<choices>.+?)\.?", N_("{name} can be: {choices}.")),
    (_VALUE + r".*valid integer.*", N_("{name} takes a whole number.")),
    (_VALUE + r".*valid number.*", N_("{name} takes a number.")),
    (
        _VALUE + r".*does not match the formats? .*",
        N_("{name} takes a date such as 2026-01-31."),
    ),
    (_PATH + r"does not exist\.", N_("There is no “{path}”.")),
    (
        r"Invalid value for (?P<name>.+?): \w+ '(?P<path>.*)' is not readable\.",
        N_("This account may not read “{path}”."),
    ),
    (
        r"Invalid value for (?P<name>.+?): \w+ '(?P<path>.*)' is not writable\.",
        N_("This account may not write “{path}”."),
    ),
    (
        r"Invalid value for (?P<name>.+?): \w+ '(?P<path>.*)' is a directory\.",
        N_("“{path}” is a folder, and a file is needed."),
    ),
    (
        r"Invalid value for (?P<name>.+?): \w+ '(?P<path>.*)' is a file\.",
        N_("“{path}” is a file, and a folder is needed."),
    ),
    (_VALUE + r".*", N_("The value given for {name} cannot be used.")),
)


def translate(command: Any, t: Words) -> None:
    """Translate the help of a command, its options and its sub-commands.

    The catalogues hold these texts too: the docstring of a command is its help.
    """
    for described in (command, *command.params):
        if getattr(described, "help", None):
            described.help = t(described.help)
    for parameter in command.params:
        panel = _OPTIONS if parameter.param_type_name == "option" else _ARGUMENTS
        parameter.rich_help_panel = getattr(parameter, "rich_help_panel", None) or t(panel)
    _translate_frame(command, t)
    help_option = command.get_help_option(typer.Context(command, help_option_names=["-h", "--help"]))
    if help_option is not None:
        help_option.help, help_option.rich_help_panel = t(_HELP), t(_OPTIONS)
    for inner in getattr(command, "commands", {}).values():
        inner.rich_help_panel = t(_COMMANDS)
        translate(inner, t)


def _translate_frame(command: Any, t: Words) -> None:
    """Translate the frame of the help: the usage line, and the notes on options."""
    command.options_metavar = t("[OPTIONS]")
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = t("COMMAND [ARGS]...")
    usage, format_help = command.get_usage, command.format_help

    def get_usage(context: typer.Context) -> str:
        return t("Usage: {line}", line=str(usage(context)).removeprefix(_USAGE))

    def translated_help(context: typer.Context, formatter: Any) -> None:
        from typer import rich_utils  # slow to load, and only help needs it

        rich_utils.REQUIRED_LONG_STRING = t("[required]")
        rich_utils.DEFAULT_STRING = t("[default: {value}]", value="{}")
        format_help(context, formatter)

    command.get_usage, command.format_help = get_usage, translated_help


def refusal(error: Any, t: Words) -> str:
    """Return the sentence for a usage error, followed by the command that shows the help.

    Args:
        error: the error that the library raised.
        t: the reader's words.
    """
    context = getattr(error, "ctx", None)
    translated = sentence(str(error.format_message()), t)
    if context is None:
        return translated
    return translated + "\n" + t("For help: {command} -h", command=context.command_path)


def sentence(message: str, t: Words) -> str:
    """Translate a message of the library; an unknown one stays as it is."""
    for pattern, sentence in _REFUSALS:
        if match := re.fullmatch(pattern, message.strip(), re.DOTALL):
            return t(sentence, **{name: _plain(value) for name, value in match.groupdict().items()})
    return message


def _plain(value: str) -> str:
    """Return a name or a list of the library without its quotes."""
    return value.replace("'", "")
