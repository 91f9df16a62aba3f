"""Pure rules of learning: states, curves, survival, certificates, retention."""
