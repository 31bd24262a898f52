import { describe, expect, it } from 'vitest'
import { resolveValue } from './formula.ts'

const facts = (instanceClass: string) => ({ instanceClass, storageGiB: 20, port: 3306 })

describe('the formula of a parameter', () => {
  // RDS User Guide, "Maximum number of database connections", and "DB parameter formulas".
  it.each([
    ['{DBInstanceClassMemory/12582880}', 'db.t3.micro', '85'],
    ['{DBInstanceClassMemory/12582880}', 'db.t3.small', '170'],
    ['{DBInstanceClassMemory/12582880}', 'db.r5.large', '1365'],
    ['LEAST({DBInstanceClassMemory/9531392},5000)', 'db.t3.micro', '112'],
    ['LEAST({DBInstanceClassMemory/9531392},5000)', 'db.r5.4xlarge', '5000'],
    ['GREATEST({DBInstanceClassMemory/63963136*1024},65536)', 'db.t3.micro', '65536'],
    ['SUM({DBInstanceClassMemory/12582880},10)', 'db.t3.micro', '95'],
    ['{log(DBInstanceClassMemory/8187281418)*1000}', 'db.r5.large', '1069'],
    ['{AllocatedStorage/1073741824}', 'db.t3.micro', '20'],
    ['{EndPointPort}', 'db.t3.micro', '3306'],
    ['150', 'db.t3.micro', '150'],
    ['Europe/Paris', 'db.t3.micro', 'Europe/Paris'],
  ])('%s on %s is %s', (formula, instanceClass, value) => {
    expect(resolveValue(formula, facts(instanceClass))).toBe(value)
  })

  it.each([
    ['{DBInstanceMemory/2}', /DBInstanceMemory is no variable; there are DBInstanceClassMemory/],
    ['{DBInstanceClassMemory/2', /} is missing/],
    ['LEAST({DBInstanceClassMemory},5000', /\) is missing/],
    ['{DBInstanceClassMemory} 2', /2 is one too many/],
  ])('%s is refused', (formula, message) => {
    expect(() => resolveValue(formula, facts('db.t3.micro'))).toThrow(message)
  })
})
