import { describe, expect, it } from 'vitest'
import { readEvent } from '../event.ts'
import { inputOf } from './target-input.ts'

const EVENT = {
  version: '0',
  id: 'e-1',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  time: '2026-11-22T09:30:00Z',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0'],
  detail: {
    'instance-id': 'i-0123456789abcdef0',
    state: 'running "well"',
    count: 3,
    big: 1.5,
    none: null,
    tags: [{ key: 'a' }, { key: 'b' }],
    where: { zone: 'us-east-1a' },
  },
}
const RULE = { arn: 'arn:aws:events:us-east-1:123456789012:rule/states', name: 'states' }

function made(target: Parameters<typeof inputOf>[0]) {
  const event = readEvent(JSON.stringify(EVENT), Date.UTC(2026, 10, 22, 9, 30, 1, 500))
  if (!event) throw new Error('it is no event')
  return inputOf(target)(event, RULE)
}

const PATHS = {
  id: '$.detail.instance-id',
  state: '$.detail.state',
  count: '$.detail.count',
  none: '$.detail.none',
  gone: '$.detail.gone',
  where: '$.detail.where',
  keys: '$.detail.tags[*].key',
  arn: '$.resources[0]',
}
const transformed = (template: string) => made({ transformer: { paths: PATHS, template } })

// Source: EventBridge User Guide, "Amazon EventBridge input transformation".
describe('what a target gets', () => {
  it('is the event, byte for byte, when nothing else is said', () => {
    expect(made({})).toBe(JSON.stringify(EVENT))
  })

  it('is a constant', () => {
    expect(made({ input: '{"task": "clean"}' })).toBe('{"task": "clean"}')
  })

  it.each<[string, unknown]>([
    ['$', EVENT],
    ['$.detail', EVENT.detail],
    ['$.detail.instance-id', 'i-0123456789abcdef0'],
    ["$['detail-type']", 'EC2 Instance State-change Notification'],
    ['$.resources[0]', EVENT.resources[0]],
    ['$.detail.tags[*].key', ['a', 'b']],
    ['$.detail.tags[1]', { key: 'b' }],
    ['$.detail.gone.below', null],
    ['$.resources[7]', null],
    ['$.constructor', null],
  ])('is the part of it at %s', (inputPath, expected) => {
    expect(JSON.parse(made({ inputPath }))).toEqual(expected)
  })

  it.each<[string, string]>([
    ['{"instance": <id>, "count": <count>}', '{"instance": "i-0123456789abcdef0", "count": 3}'],
    ['"<id> is <state>"', '"i-0123456789abcdef0 is running \\"well\\""'],
    ['{"text": "<id> of <where> and <keys>"}', '{"text": "i-0123456789abcdef0 of {zone:us-east-1a} and [a,b]"}'],
    [
      '{"where": <where>, "keys": <keys>, "none": <none>}',
      '{"where": {"zone":"us-east-1a"}, "keys": ["a","b"], "none": null}',
    ],
    ['{"gone": <gone>, "text": "a<gone>b"}', '{"gone": "", "text": "ab"}'],
    ['"<id>"\n"<count>"', '"i-0123456789abcdef0"\n"3"'],
    ['<arn>', `"${EVENT.resources[0]}"`],
    ['{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>"}', `{"rule": "states", "arn": "${RULE.arn}"}`],
    ['{"at": <aws.events.event.ingestion-time>}', '{"at": "2026-11-22T09:30:01Z"}'],
    ['{"all": <aws.events.event.json>}', `{"all": ${JSON.stringify(EVENT)}}`],
  ])('is the template %s with values in it', (template, expected) => {
    expect(transformed(template)).toBe(expected)
  })

  it('is an event without its detail by <aws.events.event>', () => {
    const { detail: _, ...rest } = EVENT
    expect(JSON.parse(transformed('{"event": <aws.events.event>}'))).toEqual({ event: rest })
  })

  it.each<[string, Parameters<typeof inputOf>[0]]>([
    ['a constant that is no JSON', { input: 'clean' }],
    ['a path without $', { inputPath: 'detail' }],
    ['a path with a filter', { inputPath: '$.detail[?(@.a)]' }],
    ['a template that is no JSON', { transformer: { paths: PATHS, template: '{"a": <id>' } }],
    ['a template of plain text', { transformer: { paths: PATHS, template: 'instance <id>' } }],
    ['a variable that nobody has named', { transformer: { paths: {}, template: '{"a": <other>}' } }],
    ['a variable of AWS that there is not', { transformer: { paths: {}, template: '{"a": <aws.events.other>}' } }],
    ['a name that is reserved', { transformer: { paths: { 'aws.x': '$' }, template: '{}' } }],
  ])('is refused with %s', (_, target) => {
    expect(() => inputOf(target)).toThrow()
  })
})
