export { axeViolations } from './axe.ts'
export { chromiumPath, launchChromium, needsChromium } from './chromium.ts'
export { complaintsOf, focusedName, sidewaysOverflow } from './page-checks.ts'
export { type ServedFolder, type ServeFolderOptions, serveFolder } from './serve-folder.ts'
