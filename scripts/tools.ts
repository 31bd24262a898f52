import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program that some tests need and that npm does not bring. */
export interface Tool {
  readonly name: string
  /** Names of its file; any of them will do. */
  readonly files: readonly string[]
  /** Which tests are skipped without it. */
  readonly tests: string
  readonly install: /** `npm run setup` installs these packages. */
    | { readonly by: 'setup'; readonly apt: readonly string[]; readonly brew: readonly string[] }
    /** A command to be typed by those who want it; `npm run setup -- --all` types it, too. */
    | { readonly by: 'hand'; readonly command: string }
}

/** Everything that tests use when it is there. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'MariaDB',
    // Not `mysqld`: some machines have that of MySQL, which doesn't serve.
    files: ['mariadbd'],
    tests: 'tests of the database service, of the API on MariaDB, and of whole systems on a real database',
    install: { by: 'setup', apt: ['mariadb-server'], brew: ['mariadb'] },
  },
  {
    name: 'PostgreSQL',
    files: ['initdb'],
    tests: 'tests of databases that are PostgreSQL',
    install: { by: 'setup', apt: ['postgresql'], brew: ['postgresql@17'] },
  },
  {
    name: 'NGINX',
    files: ['nginx'],
    tests: 'tests of workloads that run NGINX',
    install: { by: 'setup', apt: ['nginx'], brew: ['nginx'] },
  },
  {
    name: 'Chromium',
    files: ['chromium', 'chromium-browser', 'google-chrome'],
    tests: 'tests in which a browser uses the sites',
    install: { by: 'setup', apt: ['chromium', 'fonts-liberation'], brew: ['--cask chromium'] },
  },
  {
    name: 'visudo',
    files: ['visudo'],
    tests: 'the test that the rules of the Linux users are what sudo reads',
    install: { by: 'setup', apt: ['sudo'], brew: [] },
  },
  {
    name: 'the AWS CLI',
    files: ['aws'],
    tests: 'tests that talk to the local cloud through the real command line',
    install: { by: 'hand', command: 'pip install awscli' },
  },
  {
    name: 'cfn-lint',
    files: ['cfn-lint'],
    tests: 'the test that the templates pass cfn-lint',
    install: { by: 'hand', command: 'pip install cfn-lint' },
  },
]

const DEBIAN_POSTGRES = '/usr/lib/postgresql'

/** Where Debian and Homebrew keep servers, which an ordinary user's `PATH` often lacks. */
const USUAL_FOLDERS = [
  ...(existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : []).map(version =>
    join(DEBIAN_POSTGRES, version, 'bin'),
  ),
  '/opt/homebrew/opt/postgresql@17/bin',
  '/usr/local/opt/postgresql@17/bin',
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
]

/** Those of the tools that are not on this machine. */
export function missingTools(tools: readonly Tool[] = TOOLS, path = process.env.PATH ?? ''): readonly Tool[] {
  const folders = [...path.split(delimiter), ...USUAL_FOLDERS]
  return tools.filter(({ files }) => !files.some(file => folders.some(folder => isExecutable(join(folder, file)))))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
