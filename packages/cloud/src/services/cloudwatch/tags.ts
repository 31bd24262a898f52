import { ResourceNotFound, ValidationError } from './errors.ts'
import { MOST_TAGS } from './limits.ts'

/** The tags of alarms and dashboards, by ARN. */
export class Tags {
  readonly #tags = new Map<string, Readonly<Record<string, string>>>()
  readonly #exists: (arn: string) => boolean

  constructor(exists: (arn: string) => boolean) {
    this.#exists = exists
  }

  /** @throws ResourceNotFound */
  of(arn: string): Readonly<Record<string, string>> {
    if (!this.#exists(arn)) throw new ResourceNotFound(arn)
    return this.#tags.get(arn) ?? {}
  }

  /** @throws ResourceNotFound, ValidationError */
  add(arn: string, tags: Readonly<Record<string, string>>): void {
    const all = { ...this.of(arn), ...tags }
    if (Object.keys(all).length > MOST_TAGS)
      throw new ValidationError(`A resource can't have more than ${MOST_TAGS} tags`)
    this.#tags.set(arn, all)
  }

  /** @throws ResourceNotFound */
  remove(arn: string, keys: readonly string[]): void {
    const rest = Object.entries(this.of(arn)).filter(([key]) => !keys.includes(key))
    this.#tags.set(arn, Object.fromEntries(rest))
  }

  /** With its resource. */
  forget(arn: string): void {
    this.#tags.delete(arn)
  }
}
