"""What the notebook magic %%hamcell is made of; see hamcell_magic.py."""
