"""The planners: a frozen problem, a stop rule, a seed and a clock in; a self-checked plan out."""
