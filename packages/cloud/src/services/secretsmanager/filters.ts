import { InvalidParameter } from './errors.ts'
import { owningService, type StoredSecret } from './secret.ts'

/** What lists can be narrowed by. */
export const FILTER_KEYS = [
  'description',
  'name',
  'tag-key',
  'tag-value',
  'primary-region',
  'owning-service',
  'all',
] as const

export interface Filter {
  readonly Key?: (typeof FILTER_KEYS)[number] | undefined
  readonly Values?: readonly string[] | undefined
}

/**
 * The secrets that fit every filter: by one of its values, or, for values that begin with `!`, by none of them.
 * @throws InvalidParameter
 * @see Secrets Manager API Reference "Filter"
 */
export function filtered(secrets: readonly StoredSecret[], filters: readonly Filter[]): readonly StoredSecret[] {
  const tests = filters.map(testOf)
  return secrets.filter(secret => tests.every(test => test(secret)))
}

function testOf({ Key, Values = [] }: Filter): (secret: StoredSecret) => boolean {
  if (Key === undefined || Values.length === 0) throw new InvalidParameter('A filter needs a Key and Values.')
  const unwanted = Values.filter(value => value.startsWith('!')).map(value => value.slice(1))
  const wanted = Values.filter(value => !value.startsWith('!'))
  return secret => {
    const has = (value: string) => matches(secret, Key, value)
    return !unwanted.some(has) && (wanted.length === 0 || wanted.some(has))
  }
}

function matches(secret: StoredSecret, key: NonNullable<Filter['Key']>, value: string): boolean {
  const { description, name, tags = {} } = secret
  const begins = (text: string | undefined) => text?.startsWith(value) ?? false
  switch (key) {
    case 'description':
      return description.toLowerCase().startsWith(value.toLowerCase())
    case 'name':
      return begins(name)
    case 'tag-key':
      return Object.keys(tags).some(begins)
    case 'tag-value':
      return Object.values(tags).some(begins)
    case 'primary-region':
      // Nothing is replicated: no secret has a primary region.
      return false
    case 'owning-service':
      return begins(owningService(secret))
    case 'all': {
      const words = value
        .toLowerCase()
        .split(/[\s/_+=.@-]+/)
        .filter(word => word !== '')
      const texts = [name, description, ...Object.entries(tags).flat(), owningService(secret) ?? '']
      return words.some(word => texts.some(text => text.toLowerCase().includes(word)))
    }
  }
}
