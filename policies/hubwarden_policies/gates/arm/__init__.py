"""ARM templates: read strictly, evaluated offline, judged as what they deploy."""
