import { findInPath } from '../programs/find.ts'

/** Whether the AWS CLI is on this machine. It is not asked for its version: half a second of each file with a session. */
export const cliIsHere = findInPath('aws', process.env.PATH ?? '') !== undefined

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
