"""python -m pasiflora.stack: the command line."""

import argparse
import logging
import sys

from pasiflora.stack import commands
from pasiflora.stack.errors import StackError

EPILOG = """\
DATABASE_URL and REDIS_URL, when set, name servers to use as they are; otherwise embedded ones are started.
PASIFLORA_VAR says where their data and the logs are kept (default: var/).
"""


def main(arguments: list[str]) -> int:
    """Parse, run one command, and turn a refusal into one sentence."""
    logging.basicConfig(level=logging.INFO, format="pasiflora: %(message)s")
    asked, rest = parser().parse_known_args(arguments)
    try:
        return dispatch(asked, rest[1:] if rest[:1] == ["--"] else rest)
    except StackError as error:
        print(f"pasiflora: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"pasiflora: {error.filename} belongs to another user. Was it started as root before?", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def dispatch(asked: argparse.Namespace, rest: list[str]) -> int:
    """Call the command that was asked for; `rest` is for the program that it starts."""
    match asked.command:
        case "demo" | "serve":
            if rest:
                raise StackError(f"{asked.command} does not know {' '.join(rest)}.")
            return commands.serve(host=asked.host, port=asked.port, demo=asked.command == "demo")
        case "stop":
            return commands.stop()
        case "test":
            return commands.test(rest)
        case "shell":
            return commands.run([sys.executable, "manage.py", "shell", *rest], throwaway=False)
        case _:
            if not rest:
                raise StackError("run wants a command: python -m pasiflora.stack run -- python manage.py check")
            return commands.run(rest, throwaway=asked.throwaway)


def parser() -> argparse.ArgumentParser:
    """The commands and what they take."""
    top = argparse.ArgumentParser(
        prog="python -m pasiflora.stack", epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    named = top.add_subparsers(dest="command", required=True)
    for name, text in (("demo", "start everything with demo data"), ("serve", "start everything with your own data")):
        one = named.add_parser(name, help=text)
        one.add_argument("--host", default="127.0.0.1")
        one.add_argument("--port", type=int, default=8000)
    named.add_parser("stop", help="stop what demo or serve started")
    named.add_parser("test", help="run pytest with the given arguments on throwaway servers", add_help=False)
    named.add_parser("shell", help="a Django shell", add_help=False)
    run = named.add_parser("run", help="run a command with DATABASE_URL and REDIS_URL set: run -- COMMAND …")
    run.add_argument("--throwaway", action="store_true", help="on servers of its own that leave nothing behind")
    return top


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
