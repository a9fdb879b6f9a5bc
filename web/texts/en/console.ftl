# The screens of the control room.
overview-title = Running actions
