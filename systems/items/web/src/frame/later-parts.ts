export { ToastRegion } from '@terrace/ui'
export { Unsaved } from '../changes/unsaved.tsx'
export { ItemDialog } from '../item/item-dialog.tsx'
export { ItemPage } from '../item/item-page.tsx'
