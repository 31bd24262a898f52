import { z } from 'zod'
import {
  type Call,
  type Operation,
  operation,
  shape,
  wireBoolean,
  wireInteger,
  wireList,
} from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import {
  DryRunOperation,
  InvalidParameterCombination,
  InvalidParameterValue,
  MalformedInstanceId,
  NotFound,
} from '../errors.ts'
import { LARGEST_PAGE, SMALLEST_PAGE } from '../limits.ts'

/** Every operation takes it: the answer is whether the call would be allowed. */
export const dryRun = { DryRun: wireBoolean().optional() }

/** An operation of EC2: with `DryRun` it stops where it would begin. */
export function ec2Operation<Members extends z.ZodRawShape>(spec: {
  readonly name: string
  readonly input: Members
  readonly authorize: (input: z.output<z.ZodObject<Members>>, call: Call) => Access | readonly Access[]
  readonly run: (input: z.output<z.ZodObject<Members>>, call: Call) => unknown
}): Operation {
  const input = shape({ ...spec.input, ...dryRun })
  const isDryRun = (value: unknown): boolean => Reflect.get(Object(value), 'DryRun') === true
  return operation({
    name: spec.name,
    input,
    authorize: (value, call) => spec.authorize(value as z.output<z.ZodObject<Members>>, call),
    run(value, call) {
      if (isDryRun(value)) throw new DryRunOperation()
      return spec.run(value as z.output<z.ZodObject<Members>>, call)
    },
  })
}

/** `Filter.1.Name=…&Filter.1.Value.1=…` */
const filters = wireList(z.strictObject({ Name: z.string(), Value: wireList(z.string()) })).optional()

type Filters = z.output<typeof filters>

/** The values of an item that a filter compares. */
export type FilterValues<Item> = (item: Item) => readonly (string | undefined)[]

/** One Describe operation over a list. */
export interface Describing<Item> {
  readonly name: string
  /** The input's member with ids, such as `VpcId`. */
  readonly ids: string
  readonly idOf: (item: Item) => string
  /** What an unknown id is called in errors. */
  readonly kind: string
  readonly items: () => readonly Item[]
  readonly filters: Readonly<Record<string, FilterValues<Item>>>
  readonly tagsOf?: (item: Item) => Readonly<Record<string, string>>
  readonly write: (item: Item) => unknown
  /** The answer's member: `vpcSet`. */
  readonly set: string
  /** Further members that the operation understands, and which of the items pass them. */
  readonly extra?: z.ZodRawShape
  readonly passes?: (item: Item, input: Readonly<Record<string, unknown>>) => boolean
  /** The smallest `MaxResults`; 5 for most operations. */
  readonly leastPage?: number
  /** As errors name the ids, when they can't be asked for in pages. */
  readonly idsWithoutPages?: string
}

/** A Describe operation: by ids, by filters, in pages. */
export function describing<Item>(spec: Describing<Item>): Operation {
  return ec2Operation({
    name: spec.name,
    input: {
      ...spec.extra,
      [spec.ids]: wireList(z.string()).optional(),
      Filter: filters,
      MaxResults: wireInteger().optional(),
      NextToken: z.string().optional(),
    },
    authorize: () => ({ action: `ec2:${spec.name}`, resource: '*' }),
    run(input: Readonly<Record<string, unknown>>) {
      const all = spec.items()
      const wanted = z.array(z.string()).optional().parse(input[spec.ids])
      requireIds(spec, all, wanted)
      const named = wanted?.length ? all.filter(item => wanted.includes(spec.idOf(item))) : all
      const passes = (item: Item) => spec.passes?.(item, input) ?? true
      const matching = filtered(named, filters.parse(input.Filter), spec).filter(passes)
      if (spec.idsWithoutPages !== undefined && wanted?.length && input.MaxResults !== undefined) {
        throw new InvalidParameterCombination(
          `The parameter ${spec.idsWithoutPages} cannot be used with the parameter maxResults`,
        )
      }
      const { items, nextToken } = page(matching, spec, input.MaxResults, input.NextToken)
      return { [spec.set]: items.map(spec.write), nextToken }
    },
  })
}

function requireIds<Item>(
  { idOf, kind }: Pick<Describing<Item>, 'idOf' | 'kind'>,
  all: readonly Item[],
  wanted: readonly string[] | undefined,
): void {
  const known = new Set(all.map(idOf))
  const unknown = wanted?.filter(id => !known.has(id)) ?? []
  const malformed = kind === 'instance' ? unknown.find(id => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) : undefined
  if (malformed !== undefined) throw new MalformedInstanceId(malformed)
  if (unknown.length > 0) throw new NotFound(kind, unknown)
}

function filtered<Item>(
  items: readonly Item[],
  wanted: Filters,
  { filters: known, tagsOf }: Pick<Describing<Item>, 'filters' | 'tagsOf'>,
): readonly Item[] {
  let left = items
  for (const { Name: name, Value: values } of wanted ?? []) {
    const valuesOf = filterFor(name, known, tagsOf)
    if (!valuesOf) throw new InvalidParameterValue(`The filter '${name}' is invalid`)
    const patterns = values.map(pattern)
    left = left.filter(item =>
      valuesOf(item).some(value => value !== undefined && patterns.some(each => each.test(value))),
    )
  }
  return left
}

function filterFor<Item>(
  name: string,
  known: Describing<Item>['filters'],
  tagsOf: Describing<Item>['tagsOf'],
): FilterValues<Item> | undefined {
  if (tagsOf && name.startsWith('tag:')) return item => [tagsOf(item)[name.slice('tag:'.length)]]
  if (tagsOf && name === 'tag-key') return item => Object.keys(tagsOf(item))
  if (tagsOf && name === 'tag-value') return item => Object.values(tagsOf(item))
  return known[name]
}

/** `*` stands for any characters, `?` for one; a backslash takes the meaning away. */
function pattern(text: string): RegExp {
  const source = text.replace(/\\([*?\\])|[*?]|[^*?\\]+|\\/g, (found, escaped?: string) => {
    if (escaped !== undefined) return `\\${escaped}`
    if (found === '*') return '.*'
    if (found === '?') return '.'
    return found.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 's')
}

/** A page of a list. The token is the id of the page's last item. */
export function page<Item>(
  all: readonly Item[],
  { idOf, leastPage = SMALLEST_PAGE }: Pick<Describing<Item>, 'idOf' | 'leastPage'>,
  maxResults: unknown,
  token: unknown,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const size = typeof maxResults === 'number' ? maxResults : LARGEST_PAGE
  if (size < leastPage || size > LARGEST_PAGE) {
    const bound = size < leastPage ? `greater than ${leastPage}` : `less than ${LARGEST_PAGE}`
    throw new InvalidParameterValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${bound}.`,
    )
  }
  const after = typeof token === 'string' ? Buffer.from(token, 'base64url').toString() : undefined
  const start = after === undefined ? 0 : all.findIndex(item => idOf(item) === after) + 1
  if (after !== undefined && start === 0)
    throw new InvalidParameterValue(`Invalid value '${String(token)}' for nextToken`)
  const items = all.slice(start, start + size)
  const last = items.at(-1)
  const more = last !== undefined && start + items.length < all.length
  return { items, nextToken: more ? Buffer.from(idOf(last)).toString('base64url') : undefined }
}
