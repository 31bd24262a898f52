import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Call } from './api.ts'
import { onlyOff, onlyOne, operation, shape, wireInteger, wireList } from './api.ts'
import { AwsError, InvalidInput, MalformedMember, NotEmulated } from './errors.ts'
import { ec2Failure, queryFailure } from './protocols/query.ts'

const CALL: Call = { principal: { kind: 'administrator' }, requestId: 'r' } as Call

/** What an operation with this shape answers to an input. */
function refusal(schema: z.ZodRawShape, input: unknown): unknown {
  const tried = operation({ name: 'Try', input: shape(schema), authorize: () => [], run: () => ({}) })
  try {
    tried.prepare(input, CALL)
  } catch (error) {
    return error
  }
  return undefined
}

const message = (schema: z.ZodRawShape, input: unknown) => {
  const error = refusal(schema, input)
  return error instanceof AwsError ? error.message : error
}

const constraint = (at: string, text: string) =>
  `1 validation error detected: ${at} failed to satisfy constraint: ${text}`

// Wording: what AWS's services answer; smithy.io "Constraint traits"; API references "Common Errors".
describe('an input that breaks a constraint is refused in the words of AWS', () => {
  it.each<[string, z.ZodRawShape, unknown, string, string]>([
    ['missing', { RoleArn: z.string() }, {}, "Value null at 'roleArn'", 'Member must not be null'],
    [
      'too short',
      { Name: z.string().min(2) },
      { Name: 'a' },
      "Value 'a' at 'name'",
      'Member must have length greater than or equal to 2',
    ],
    [
      'too long',
      { Name: z.string().max(2) },
      { Name: 'abc' },
      "Value 'abc' at 'name'",
      'Member must have length less than or equal to 2',
    ],
    [
      'not of the pattern',
      { Name: z.string().regex(/^[\w+=,.@-]*$/) },
      { Name: 'a b' },
      "Value 'a b' at 'name'",
      'Member must satisfy regular expression pattern: [\\w+=,.@-]*',
    ],
    [
      'not of the enumeration',
      { State: z.enum(['OK', 'ALARM']) },
      { State: 'FINE' },
      "Value 'FINE' at 'state'",
      'Member must satisfy enum value set: [OK, ALARM]',
    ],
    [
      'too small, sent as text',
      { Seconds: wireInteger().pipe(z.int().min(900)) },
      { Seconds: '899' },
      "Value '899' at 'seconds'",
      'Member must have value greater than or equal to 900',
    ],
    [
      'too large',
      { Count: z.int().max(10) },
      { Count: 11 },
      "Value '11' at 'count'",
      'Member must have value less than or equal to 10',
    ],
    [
      'inside of a list',
      { Tags: wireList(shape({ Key: z.string().min(1) })) },
      { Tags: [{ Key: 'a' }, { Key: '' }] },
      "Value '' at 'tags.2.member.key'",
      'Member must have length greater than or equal to 1',
    ],
    [
      'missing inside of a list',
      { Tags: wireList(shape({ Key: z.string() })) },
      { Tags: [{}] },
      "Value null at 'tags.1.member.key'",
      'Member must not be null',
    ],
    [
      'a list that is too long',
      { Names: wireList(z.string(), 1) },
      { Names: ['a', 'b'] },
      "Value '[a, b]' at 'names'",
      'Member must have length less than or equal to 1',
    ],
    [
      'secret, and not repeated',
      { MasterUserPassword: z.string().min(8) },
      { MasterUserPassword: 'secret' },
      "Value at 'masterUserPassword'",
      'Member must have length greater than or equal to 8',
    ],
    [
      'wrong in its own words',
      { Port: z.int().refine(port => port !== 22, 'must not be 22') },
      { Port: 22 },
      "Value '22' at 'port'",
      'Member must not be 22',
    ],
  ])('when it is %s', (_, schema, input, at, text) => {
    expect(refusal(schema, input)).toBeInstanceOf(InvalidInput)
    expect(message(schema, input)).toBe(constraint(at, text))
  })

  it('all at once, with their number', () => {
    expect(message({ A: z.string(), B: z.string().max(1) }, { B: 'bb' })).toBe(
      "2 validation errors detected: Value null at 'a' failed to satisfy constraint: Member must not be null; " +
        "Value 'bb' at 'b' failed to satisfy constraint: Member must have length less than or equal to 1",
    )
  })

  it('and without a word of the validator', () => {
    const schema = { A: z.string().min(2), B: z.int(), C: z.enum(['x']), D: wireList(shape({ E: z.boolean() })) }
    for (const input of [{}, { A: 1, B: 'b', C: 2, D: 3 }, { A: 'a', B: 1.5, C: 'y', D: [{ E: 'no' }] }]) {
      expect(message(schema, input)).not.toMatch(/Invalid input|Too (small|big)|expected|received|undefined/)
    }
  })
})

describe('an input of another type than the shape', () => {
  it.each<[unknown, z.ZodType, string]>([
    ['x', z.int(), 'STRING_VALUE can not be converted to Integer (Member)'],
    ['x', wireInteger(), 'STRING_VALUE can not be converted to Integer (Member)'],
    [1, z.string(), 'NUMBER_VALUE can not be converted to String (Member)'],
    [true, z.string(), 'TRUE_VALUE can not be converted to String (Member)'],
    [['x'], z.string(), 'Start of list found where not expected (Member)'],
    [{}, z.string(), 'Start of structure or map found where not expected (Member)'],
    ['x', z.array(z.string()), 'Unexpected field type (Member)'],
  ])('such as %j can not be read', (value, schema, text) => {
    expect(refusal({ Member: schema }, { Member: value })).toBeInstanceOf(MalformedMember)
    expect(message({ Member: schema }, { Member: value })).toBe(text)
  })
})

describe('what AWS would take and the local cloud does not carry out', () => {
  const schema = {
    launchType: onlyOne('FARGATE', ['EC2'], 'any other launch type than FARGATE'),
    enableExecuteCommand: onlyOff('ECS Exec'),
    volumes: z.array(z.never()).optional(),
  }

  it.each([
    [{ launchType: 'EC2' }, 'any other launch type than FARGATE, the member launchType of Try, is not emulated'],
    [{ enableExecuteCommand: true }, 'ECS Exec, the member enableExecuteCommand of Try, is not emulated'],
    [{ volumes: [{ name: 'data' }] }, 'the member volumes.0 of Try is not emulated'],
    [{ daemon: true }, 'the member daemon of Try is not emulated'],
  ])('%j is refused as not emulated, not as invalid', (input, text) => {
    expect(refusal(schema, input)).toBeInstanceOf(NotEmulated)
    expect(message(schema, input)).toContain(text)
  })

  it('is taken with the value that is carried out', () => {
    expect(refusal(schema, { launchType: 'FARGATE', enableExecuteCommand: false, volumes: [] })).toBeUndefined()
    expect(message(schema, { launchType: 'MOON' })).toContain('Member must satisfy enum value set: [FARGATE, EC2]')
  })
})

describe('each protocol has its own code for it', () => {
  const missing = refusal({ ImageId: z.string() }, {})
  const invalid = refusal({ MaxResults: wireInteger().pipe(z.int().min(5)) }, { MaxResults: '1' })
  const malformed = refusal({ MaxResults: wireInteger() }, { MaxResults: 'x' })

  it.each([
    [missing, 'MissingParameter', 'The request must contain the parameter ImageId'],
    [
      invalid,
      'InvalidParameterValue',
      'Value (1) for parameter MaxResults is invalid. Member must have value greater than or equal to 5',
    ],
    [
      malformed,
      'InvalidParameterValue',
      'Value (x) for parameter MaxResults is invalid. STRING_VALUE can not be converted to Integer',
    ],
  ])('EC2: %s', (error, code, text) => {
    if (!(error instanceof AwsError)) throw error
    expect(ec2Failure(error, 'r').body).toContain(`<Code>${code}</Code><Message>${text}</Message>`)
  })

  it.each([
    [missing, 'ValidationError'],
    [invalid, 'ValidationError'],
    [malformed, 'MalformedInput'],
  ])('Query: %s', (error, code) => {
    if (!(error instanceof AwsError)) throw error
    expect(queryFailure(error, 'r').body).toContain(`<Code>${code}</Code>`)
  })
})
