import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aws } from '../aws.ts'
import { isInstalled, PROJECT } from '../commands.ts'
import { deniedIn, openSessions, sortedOut, unusedIn, WHY } from '../permissions.ts'
import type { Running } from '../running.ts'
import { Author, type Picture } from './author.ts'
import { RECORDED } from './quizzes.ts'
import { startQuiz } from './running.ts'

const CAN_RUN = isInstalled('pg_dump') && isInstalled('nginx')

const PICTURE = readFileSync(join(PROJECT, 'systems/shop/pictures/backpack.jpeg'))

/** What the collector of AWS may call, too. */
const COLLECTOR = ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords']

describe.skipIf(!CAN_RUN)('what the roles of the quiz may do (needs PostgreSQL and NGINX)', () => {
  let quiz: Running
  beforeAll(async () => {
    // What happens once a minute happens every five seconds.
    quiz = await startQuiz({ timeScale: 12 })
  }, 240_000)
  afterAll(() => quiz?.stop())

  const hasCalled = (role: string, action: string) => () =>
    quiz.cloud.calls.seen().some(call => call.role.startsWith(`quiz/${role}`) && call.action === action)

  it('is enough, and no more than what they do, but for what happens on AWS alone', { timeout: 240_000 }, async () => {
    const author = await Author.signUp(quiz.site)
    // Recorded: then both collectors have something to put.
    const { id } = await author.upload(PICTURE, RECORDED)
    const state = async () => (await author.get<Picture>(`/api/pictures/${id}`)).state
    await expect.poll(state, { timeout: 60_000, interval: 500 }).toBe('ready')
    await openSessions(quiz)
    await growRemovalTier(quiz)
    await expect.poll(hasCalled('GuardRole', 'ssm:PutParameter'), { timeout: 75_000, interval: 500 }).toBe(true)
    // Once a minute.
    const metrics = hasCalled('MainInstanceRole', 'cloudwatch:PutMetricData')
    await expect.poll(metrics, { timeout: 75_000, interval: 500 }).toBe(true)
    await expect
      .poll(() => unusedIn(quiz))
      .toEqual(
        sortedOut({
          NetworkVpcFlowIAMRole: {
            [WHY.flowLog]: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          },
          RemovalInstanceRole: {
            [WHY.pull]: ['ecr:BatchCheckLayerAvailability'],
            [WHY.ownTags]: ['ec2:DescribeTags'],
            [WHY.signal]: ['cloudformation:SignalResource'],
            [WHY.collector]: COLLECTOR,
          },
          GuardRole: { [WHY.didNotFail]: ['sqs:SendMessage'] },
          MainInstanceRole: {
            [WHY.pull]: ['ecr:BatchCheckLayerAvailability'],
            [WHY.ownTags]: ['ec2:DescribeTags'],
            [WHY.certbot]: ['route53:ChangeResourceRecordSets', 'route53:GetChange', 'route53:ListHostedZones'],
            [WHY.dumps]: ['s3:DeleteObject on backups/*', 's3:GetObject on backups/*', 's3:PutObject on backups/*'],
            [WHY.keys]: ['s3:GetObject on keys/*'],
            [WHY.collector]: COLLECTOR,
          },
          BastionInstanceRole: { [WHY.nothingRuns]: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
        }),
      )
    expect(deniedIn(quiz)).toEqual([])
  })
})

/** So that the guard has something to do. */
async function growRemovalTier(quiz: Running): Promise<void> {
  const tier = (await quiz.cloud.status()).tiers.find(({ name }) => name.includes('Removal'))
  await aws(quiz, 'autoscaling', {
    Action: 'SetDesiredCapacity',
    Version: '2011-01-01',
    AutoScalingGroupName: 'quiz-cutout',
    DesiredCapacity: String((tier?.desired ?? 0) + 1),
  })
}
