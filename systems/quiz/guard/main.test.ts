import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleNodeFunction } from '@terrace/constructs/build'
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
    expect(await invoke()).toMatchObject({ desired: 2, serving: 1, launching: 1, gate: { state: 'restricted' } })
    expect(JSON.parse(aws.parameter).state).toBe('restricted')

    aws.members = { 'i-1': ['InService', true], 'i-2': ['InService', false] }
    const restricted = aws.parameter
    await invoke()
    expect(aws.parameter).toBe(restricted)

    aws.members = { 'i-1': ['InService', true], 'i-2': ['InService', true] }
    await invoke()
    expect(JSON.parse(aws.parameter)).toEqual({ state: 'open' })
  })

  it('Q-13: writes nothing when nothing changes', async () => {
    aws.desired = 1
    aws.members = { 'i-1': ['InService', true] }
    await invoke()
    expect(aws.calls.toSorted()).toEqual(['DescribeAutoScalingGroups', 'DescribeTargetHealth', 'GetParameter'])
  })
})
