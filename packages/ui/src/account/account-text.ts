/** What the pages about accounts say, in the site's own words. */
export interface AccountText {
  readonly account: string
  readonly logIn: string
  readonly signUp: string

  readonly logOut: string
  readonly loggedOut: string
  readonly notLoggedOut: string

  readonly changePassword: string
  readonly changePasswordText: string
  readonly currentPassword: string
  readonly currentPasswordMissing: string
  readonly newPassword: string
  readonly passwordChanged: string
  readonly passwordHint: string
  /** Makes a sentence of what the API says about a field: "New password is too common". */
  readonly fieldSays: (label: string, message: string) => string
}
