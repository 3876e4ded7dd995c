"""What a template deploys: its resources, outputs and parameters as one stack."""
