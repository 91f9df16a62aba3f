"""Will own projects, money, equipment and donations."""
