// node --conditions=@interlend/source --import scripts/sources.js <file.ts>
// Lets Node run the sources of the workspace as they are: `x.js` in an import finds `x.ts`. For tests that need a process
// of their own and no build.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return next(`${specifier.slice(0, -'.js'.length)}.ts`, context);
    }
  },
});
