"""A model's predictions as questions to a person: which first, what an answer says of the video, what it brings."""
