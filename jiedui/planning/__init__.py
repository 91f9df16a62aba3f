"""The planners: dispatch of experts, rounds of mobile clinics, siting of equipment."""
