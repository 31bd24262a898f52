import type { Architecture } from '@terrace/model'

/** Something that a template can ask for, that is in the model, and that no service carries out. */
export interface MissingFeature {
  /** The CloudFormation properties that ask for it, as `<type> <path>`. */
  readonly properties: readonly string[]
  /** Other values of these properties are carried out. */
  readonly partly?: true
  /** What of the template asks for it: `versioning of pages`. Empty when nothing does. */
  readonly askedFor: (architecture: Architecture) => readonly string[]
  /** What is otherwise than on AWS, as the end of a sentence. */
  readonly consequence: string
}
