import { InvalidFilterKey, InvalidFilterOption } from '../errors.ts'
import { DEFAULT_KEY } from './encryption.ts'
import type { ParameterVersion, StoredParameter } from './parameter.ts'

/** As `ParameterStringFilter` has it. */
export interface ParameterFilter {
  readonly Key: string
  readonly Option?: string | undefined
  readonly Values?: readonly string[] | undefined
}

const DESCRIBE_KEYS = ['DataType', 'KeyId', 'Name', 'Path', 'Tier', 'Type', 'tag:<key>']
const PATH_KEYS = ['DataType', 'KeyId', 'Label', 'Type']

/**
 * Whether a parameter passes every filter of DescribeParameters.
 *
 * @throws InvalidFilterKey, InvalidFilterOption
 * @see Systems Manager API Reference "ParameterStringFilter"
 */
export const passesDescribe =
  (filters: readonly ParameterFilter[]) =>
  (parameter: StoredParameter): boolean =>
    filters.every(filter => describeFilter(filter)(parameter))

/** Checks the filters where there is no parameter that they could be tried on. @throws InvalidFilterKey, InvalidFilterOption */
export function checkFilters(filters: readonly ParameterFilter[], kind: 'describe' | 'path'): void {
  for (const filter of filters)
    if (kind === 'describe') describeFilter(filter)
    else pathFilter(filter)
}

/** The version of a parameter that GetParametersByPath gives: the newest, or the labelled one; nothing if a filter is not met. */
export function versionByPath(
  filters: readonly ParameterFilter[],
  parameter: StoredParameter,
): ParameterVersion | undefined {
  const labels = filters.filter(({ Key }) => Key === 'Label').flatMap(({ Values = [] }) => Values)
  const version =
    labels.length === 0
      ? parameter.versions[0]
      : parameter.versions.find(each => each.labels?.some(label => labels.includes(label)))
  return version && filters.every(filter => pathFilter(filter)(version)) ? version : undefined
}

function describeFilter(filter: ParameterFilter): (parameter: StoredParameter) => boolean {
  const { Key: key, Values: values = [], Option: option } = filter
  if (key.startsWith('tag:')) {
    requireOption(option, ['Equals'])
    return ({ tags }) => {
      const value = tags?.[key.slice('tag:'.length)]
      return value !== undefined && (values.length === 0 || values.includes(value))
    }
  }
  if (key === 'Name') {
    const compare = comparison(option, ['Equals', 'BeginsWith', 'Contains'])
    return ({ name }) => values.some(value => compare(name, value) || compare(name.replace(/^\//, ''), value))
  }
  if (key === 'Path') {
    requireOption(option, ['Recursive', 'OneLevel'])
    return ({ name }) => values.some(path => isBelow(name, path, option === 'Recursive'))
  }
  if (!DESCRIBE_KEYS.includes(key)) throw new InvalidFilterKey(key, DESCRIBE_KEYS)
  const ofVersion = versionFilter(filter)
  return ({ versions: [newest] }) => ofVersion(newest)
}

function pathFilter(filter: ParameterFilter): (version: ParameterVersion) => boolean {
  if (!PATH_KEYS.includes(filter.Key)) throw new InvalidFilterKey(filter.Key, PATH_KEYS)
  if (filter.Key !== 'Label') return versionFilter(filter)
  requireOption(filter.Option, ['Equals'])
  return () => true
}

function versionFilter({ Key, Option, Values = [] }: ParameterFilter): (version: ParameterVersion) => boolean {
  const compare = comparison(Option, Key === 'KeyId' ? ['Equals', 'BeginsWith'] : ['Equals'])
  const read: Readonly<Record<string, (version: ParameterVersion) => string | undefined>> = {
    Type: version => version.type,
    Tier: version => version.tier,
    DataType: version => version.dataType ?? 'text',
    KeyId: version => (version.type === 'SecureString' ? (version.keyId ?? DEFAULT_KEY) : undefined),
  }
  return version => {
    const value = read[Key]?.(version)
    return value !== undefined && Values.some(wanted => compare(value, wanted))
  }
}

/** Whether a name lies directly below a path, or at any depth. */
export function isBelow(name: string, path: string, recursive: boolean): boolean {
  const front = path.endsWith('/') ? path : `${path}/`
  return name.startsWith(front) && (recursive || !name.slice(front.length).includes('/'))
}

function requireOption(option: string | undefined, allowed: readonly string[]): void {
  if (option !== undefined && !allowed.includes(option)) throw new InvalidFilterOption(option, allowed)
}

function comparison(
  option: string | undefined,
  allowed: readonly string[],
): (value: string, wanted: string) => boolean {
  requireOption(option, allowed)
  if (option === 'BeginsWith') return (value, wanted) => value.startsWith(wanted)
  if (option === 'Contains') return (value, wanted) => value.includes(wanted)
  return (value, wanted) => value === wanted
}
