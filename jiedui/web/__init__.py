"""The shell of every page: components, middleware, error pages. No models."""
