"""The planners and what becomes of their plans: dispatch of experts, rounds of mobile clinics, siting of equipment."""
