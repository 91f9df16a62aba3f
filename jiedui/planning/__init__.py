"""Will own the planners: dispatch of experts, rounds of mobile clinics, siting of equipment."""
