"""Single sign-on: OpenID Connect, one provider at a time, each the door of one workspace."""
