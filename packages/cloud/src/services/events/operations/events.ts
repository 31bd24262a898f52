import type { Instant } from '@terrace/kit'
import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { InvalidEventPatternException, ValidationException } from '../errors.ts'
import { type BusEvent, isShallow, titleOf } from '../event.ts'
import { LARGEST_ENTRIES, LONGEST_PATTERN, MOST_ENTRIES, TIME_BYTES } from '../limits.ts'
import { countPut } from '../metrics.ts'
import { matches } from '../pattern/matches.ts'
import { readPattern } from '../pattern/read-pattern.ts'
import { busNameOrArn, busOf, type Context, onBus } from './shapes.ts'

// What is missing is an error of its entry alone.
const entry = shape({
  Time: wireTime().optional(),
  Source: z.string().optional(),
  Resources: z.array(z.string().max(2048)).optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: busNameOrArn,
  TraceHeader: accepted(z.string().min(1).max(500).optional(), 'targets get no trace header'),
})

type Entry = z.output<typeof entry>

/** An entry that was refused. */
interface Refusal {
  readonly ErrorCode: string
  readonly ErrorMessage: string
}

/** Putting events, and trying out patterns. */
export function eventOperations(context: Context): readonly Operation[] {
  const { world, buses, router } = context
  return [
    operation({
      name: 'PutEvents',
      input: shape({ Entries: z.array(entry).min(1).max(MOST_ENTRIES) }),
      authorize: ({ Entries }) =>
        Entries.map(({ EventBusName, Source, DetailType }) =>
          onBus(context, 'PutEvents', EventBusName, {
            'events:source': Source,
            'events:detail-type': DetailType,
            'events:eventBusInvocation': 'false',
          }),
        ),
      run({ Entries }) {
        const bytes = Entries.reduce((sum, each) => sum + sizeOf(each), 0)
        if (bytes > LARGEST_ENTRIES) {
          throw new ValidationException('Total size of the entries in the request is over the limit.')
        }
        const answers = Entries.map(each => {
          const event = eventOf(context, each, world.clock.now())
          if ('ErrorCode' in event) return event
          const bus = buses.find(busOf(context, each.EventBusName))
          // As on AWS, who puts an event on a bus that isn't there isn't told.
          if (bus) router.put(bus.name, event)
          else {
            const message = `${titleOf(event)} is lost: there is no event bus ${each.EventBusName}`
            world.journal.write({ kind: 'events.lost', message, details: { event: event.content.id } })
          }
          return { EventId: event.content.id }
        })
        const failed = answers.filter(answer => 'ErrorCode' in answer).length
        countPut(world, { entries: Entries.length, failed, bytes })
        return { FailedEntryCount: failed, Entries: answers }
      },
    }),
    operation({
      name: 'TestEventPattern',
      input: shape({ EventPattern: z.string().max(LONGEST_PATTERN), Event: z.string() }),
      authorize: () => ({ action: 'events:TestEventPattern', resource: '*' }),
      run({ EventPattern, Event }) {
        const pattern = readPattern(EventPattern)
        const event = parse(Event)
        if (!isObject(event) || !isShallow(event)) {
          throw new ValidationException('Parameter Event is not valid. Reason: it is no JSON object.')
        }
        const missing = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type', 'detail'].find(
          name => !Object.hasOwn(event, name),
        )
        if (missing !== undefined) {
          throw new InvalidEventPatternException(`the event has no ${missing}, which every event has`)
        }
        return { Result: matches(pattern, event) }
      },
    }),
  ]
}

/** @see Amazon EventBridge User Guide, "Calculating Amazon EventBridge PutEvents event entry size" */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources]
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : TIME_BYTES)
}

/** The event of an entry; its detail stays as it was written, so that no number changes. */
function eventOf({ world }: Context, given: Entry, now: Instant): BusEvent | Refusal {
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time = now } = given
  if (Source === '') return invalid('Source', 'Source is a required argument.')
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  }
  if (DetailType === '') return invalid('DetailType', 'DetailType is a required argument.')
  if (DetailType.length > 128) return invalid('DetailType', 'DetailType is longer than 128 characters.')
  if (Detail === '') return invalid('Detail', 'Detail is a required argument.')
  const detail = parse(Detail)
  if (!isObject(detail) || !isShallow(detail)) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  }
  const { region, account } = world.architecture
  const head = {
    version: '0',
    id: world.random.uuid(),
    'detail-type': DetailType,
    source: Source,
    account,
    time: new Date(Time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: Resources,
  }
  const text = `${JSON.stringify(head).slice(0, -1)},"detail":${Detail.trim()}}`
  return { text, content: { ...head, detail }, ingestedAt: now, through: [] }
}

const invalid = (parameter: string, reason: string): Refusal => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${reason}`,
})

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
