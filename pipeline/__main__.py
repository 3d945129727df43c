"""`python -m pipeline` is the same as `article-events`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
