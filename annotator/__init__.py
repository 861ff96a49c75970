"""Source Annotator: tag how news articles attribute what they say."""

__version__ = "0.1.0"
