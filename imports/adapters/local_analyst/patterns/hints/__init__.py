"""What people let slip about themselves while they speak of something else."""
