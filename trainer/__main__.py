"""`python -m trainer` does what the `trainer` command does."""

from trainer.cli import run

if __name__ == "__main__":
    run()
