/** Something that a scan does not let pass. */
export interface Finding {
  readonly kind: 'licence' | 'secret' | 'advisory'
  /** A package, a path, or the id of an advisory: what an exception is made for. */
  readonly subject: string
  /** The licence, the rule, or the package concerned. */
  readonly detail: string
  /** For people: what is wrong, and where. */
  readonly message: string
}
