import { spawnSync } from 'node:child_process'
import { awsCli, makeSecureParameters } from '@terrace/constructs/operate'
import { SECURE_PARAMETERS } from './stacks/parameters.ts'

/**
 * Deploys everything in one command: first the SecureStrings that are not there yet, which CloudFormation cannot make,
 * then the four stacks, each after those whose outputs it takes. `--domain shop.example.com` names the store; what else
 * is given goes to `cdk deploy`.
 */
const words = process.argv.slice(2)
const at = words.indexOf('--domain')
const domain = at < 0 ? [] : words.splice(at, 2).slice(1)

const made = makeSecureParameters(Object.values(SECURE_PARAMETERS), awsCli('us-east-1'))
for (const name of made) console.log(`made the parameter ${name}`)

const deployed = spawnSync(
  'npx',
  [
    'cdk',
    'deploy',
    '--all',
    ...domain.flatMap(name => ['--parameters', `shop-networking:DomainName=${name}`]),
    ...words,
  ],
  { cwd: import.meta.dirname, stdio: 'inherit' },
)
process.exitCode = deployed.status ?? 1
