import { spawnSync } from 'node:child_process'

/** Whether the AWS CLI is on this machine. */
export const cliIsHere = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0

/** What the AWS CLI is started with: any key, and nothing of the user's own configuration. @param home  an empty folder */
export const cliEnvironment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: home,
  PYENV_ROOT: process.env.PYENV_ROOT,
  PYENV_VERSION: process.env.PYENV_VERSION,
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
})
