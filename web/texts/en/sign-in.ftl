# Signing in at the control room.
sign-in-title = Sign in
sign-in-for-whom = For operators, ambassadors, coordinators and administrators.
sign-in-username = User name
sign-in-password = Password
sign-in-code = Code
sign-in-code-hint = Six digits from your app, or a recovery code.
sign-in-code-asked = Enter your password once more, with the code from your app.
sign-in-do = Sign in
