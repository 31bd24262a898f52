/** As NIST SP 800-63B and OWASP advise: length counts, not kinds of characters; the commonest are refused. */
const SHORTEST = 12
const LONGEST = 128

/** The commonest that are long enough, in lower case; what merely repeats or counts is found by rule. */
const COMMON = new Set([
  'password1234',
  'password12345',
  'password123456',
  'password123!',
  'passwordpassword',
  'p@ssw0rd1234',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwerty123456',
  'qwertyqwerty',
  'asdfghjkl123',
  'zxcvbnm12345',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'qazwsxedcrfv',
  'iloveyou1234',
  'iloveyouforever',
  'letmein12345',
  'letmeinletmein',
  'welcome12345',
  'welcome123456',
  'administrator',
  'adminadminadmin',
  'changeme1234',
  'correcthorsebatterystaple',
  'correct horse battery staple',
  'abcdefghijkl',
  'football1234',
  'sunshine1234',
  'princess1234',
  'trustno1trustno1',
])

/** Why a password can't be chosen; undefined when it can. Characters are code points. */
export function passwordProblem(text: string): string | undefined {
  const characters = [...text]
  if (characters.length < SHORTEST) return `must have at least ${SHORTEST} characters`
  if (characters.length > LONGEST) return `must have at most ${LONGEST} characters`
  if (!text.isWellFormed()) return 'must be well-formed Unicode'
  if (isCommon(text, characters)) return 'is one of the most common passwords; choose another one'
  return undefined
}

function isCommon(text: string, characters: readonly string[]): boolean {
  if (COMMON.has(text.toLowerCase())) return true
  if (new Set(characters).size < 4) return true
  return /^\d+$/.test(text) && ('01234567890123456789'.includes(text) || '98765432109876543210'.includes(text))
}
