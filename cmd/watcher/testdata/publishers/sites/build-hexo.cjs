// Builds the site in the folder that is its argument with Hexo.
const Hexo = require('hexo');
const hexo = new Hexo(process.argv[2], { silent: true });
hexo.init()
	.then(() => hexo.call('generate', { force: true }))
	.then(() => hexo.exit(), (err) => { console.error(err); process.exitCode = 1; return hexo.exit(err); });
