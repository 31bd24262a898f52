import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleNodeFunction } from '@terrace/constructs/build'
import { seconds } from '@terrace/kit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StandInAws } from './testing/stand-in-aws.ts'

describe('the guard’s function, as it is uploaded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'))
  const aws = new StandInAws()
  let environment: Record<string, string>
  beforeAll(async () => {
    await bundleNodeFunction({ entry: fileURLToPath(new URL('main.ts', import.meta.url)), outDir: folder })
    environment = {
      AWS_ENDPOINT_URL: await aws.start(),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      CUTOUT_GROUP: 'quiz-cutout',
      CUTOUT_TARGET_GROUP: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/cutout/0123456789abcdef',
      CUTOUT_GATE_PARAMETER: '/quiz/cutout/gate',
    }
  })
  beforeEach(() => {
    aws.calls.length = 0
    aws.parameter = '{"state":"open"}'
    aws.denied = undefined
    aws.silent = undefined
  })
  afterAll(() => {
    aws.stop()
    rmSync(folder, { recursive: true })
  })

  const invoke = async () => {
    const script = `const { handler } = await import(${JSON.stringify(join(folder, 'main.mjs'))}); await handler({})`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: environment,
    })
    return JSON.parse(stdout)
  }

  it('Q-13: closes the gate while instances launch, and opens it when the balancer finds them healthy', async () => {
    aws.desired = 2
    aws.members = { 'i-1': ['InService', true], 'i-2': ['Pending:Wait', false] }
    const looks = () => aws.calls.filter(name => name === 'DescribeTargetHealth').length
    const closed = invoke()
    await expect.poll(() => JSON.parse(aws.parameter).state).toBe('restricted')
    const restricted = aws.parameter

    aws.members = { 'i-1': ['InService', true], 'i-2': ['InService', false] }
    const before = looks()
    await expect.poll(looks).toBeGreaterThan(before)
    expect(aws.parameter).toBe(restricted)

    aws.members = { 'i-1': ['InService', true], 'i-2': ['InService', true] }
    expect(await closed).toMatchObject({ desired: 2, serving: 2, launching: 0, gate: { state: 'open' } })
    expect(JSON.parse(aws.parameter)).toEqual({ state: 'open' })
  })

  it('Q-13: fails by the name of a permission that was taken away, for Lambda to try again, and leaves the gate as it is', async () => {
    aws.denied = 'PutParameter'
    aws.desired = 2
    aws.members = { 'i-1': ['InService', true], 'i-2': ['Pending:Wait', false] }
    await expect(invoke()).rejects.toThrow(/AccessDeniedException: .*ssm:PutParameter/)
    // One of before ends by itself: the site looks at its `until`.
    expect(aws.parameter).toBe('{"state":"open"}')
  })

  it('Q-13: fails when AWS does not answer, within the minute that the function has', async () => {
    aws.silent = 'GetParameter'
    aws.desired = 1
    aws.members = { 'i-1': ['InService', true] }
    const began = performance.now()
    await expect(invoke()).rejects.toThrow(/TimeoutError/)
    expect(performance.now() - began).toBeLessThan(seconds(15))
    expect(aws.calls.filter(name => name === 'GetParameter')).toHaveLength(3)
  })

  it('Q-13: writes nothing when nothing changes', async () => {
    aws.desired = 1
    aws.members = { 'i-1': ['InService', true] }
    await invoke()
    expect(aws.calls.toSorted()).toEqual(['DescribeAutoScalingGroups', 'DescribeTargetHealth', 'GetParameter'])
  })
})
