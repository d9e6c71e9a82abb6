"""A View to a screen: Textual, and nothing that fetches; `app.run` is its one door."""
