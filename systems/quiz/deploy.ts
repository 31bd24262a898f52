import { spawnSync } from 'node:child_process'
import { awsCli, makeSecureParameters } from '@terrace/constructs/operate'
import { SECURE_PARAMETERS } from './stack/names.ts'

/**
 * Deploys everything in one command: first the SecureStrings that are not there yet, which CloudFormation cannot make,
 * then the stack. `--domain quiz.example.com` names the site; what else is given goes to `cdk deploy`.
 */
const words = process.argv.slice(2)
const at = words.indexOf('--domain')
const domain = at < 0 ? [] : words.splice(at, 2).slice(1)

const aws = awsCli('us-east-1')
const made = makeSecureParameters(Object.values(SECURE_PARAMETERS), aws)
for (const name of made) console.log(`made the parameter ${name}`)

const image = runningImage()

const deployed = spawnSync(
  'npx',
  [
    'cdk',
    'deploy',
    ...domain.flatMap(name => ['--parameters', `DomainName=${name}`]),
    // Another image would mean another instance, which could not attach the volume of the one that runs.
    ...(image ? ['--parameters', `MainImage=${image}`] : []),
    ...words,
  ],
  { cwd: import.meta.dirname, stdio: 'inherit' },
)
process.exitCode = deployed.status ?? 1

/** The image of the main instance, when there is one. */
function runningImage(): string | undefined {
  const [image] = aws<readonly string[]>([
    ...['ec2', 'describe-instances', '--query', 'Reservations[].Instances[].ImageId', '--filters'],
    ...['Name=tag:Name,Values=quiz-main', 'Name=instance-state-name,Values=pending,running,stopping,stopped'],
  ])
  return image
}
