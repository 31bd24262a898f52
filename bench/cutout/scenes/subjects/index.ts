import { blob } from './blob.ts'
import { branch } from './branch.ts'
import { fur } from './fur.ts'
import { group } from './group.ts'
import { lettering } from './lettering.ts'
import { mug } from './mug.ts'
import { person, portrait } from './person.ts'
import { plant } from './plant.ts'
import { product } from './product.ts'
import type { Subject } from './subject.ts'

/** Everything a scene can show; ten of them, so that ten scenes in a row show each once. */
export const subjects = {
  blob,
  branch,
  fur,
  group,
  lettering,
  mug,
  person,
  plant,
  portrait,
  product,
} satisfies Record<string, Subject>

export type SubjectName = keyof typeof subjects

/** The names in the order of the table. */
export const subjectNames = Object.keys(subjects) as readonly SubjectName[]
