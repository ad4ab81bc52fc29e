<?php
// Reads {site, stories: [{place, title, slug, body, date}]} and has WordPress publish
// these stories and no others: new ones with a date of their own, as the REST API and
// the importers do, and what has changed as its editor does. Installs WordPress first
// where there is none.
function wp_mail() { return true; }

$in = json_decode(file_get_contents('php://stdin'), true);
$_SERVER['HTTP_HOST'] = parse_url($in['site'], PHP_URL_HOST);
if (!$in['stories']) define('WP_INSTALLING', true);
require '/usr/share/wordpress/wp-load.php';
if (!$in['stories']) {
	require ABSPATH . 'wp-admin/includes/upgrade.php';
	wp_install('Gazette', 'desk', 'desk@gazette.example', true, '', 'no secret');
	foreach (get_posts(['post_type' => 'any', 'numberposts' => -1]) as $post) wp_delete_post($post->ID, true);
	$wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%day%/%postname%/');
	$wp_rewrite->flush_rules();
	exit;
}

foreach (['home' => $in['site'], 'siteurl' => $in['site'], 'posts_per_rss' => 20] as $option => $value) update_option($option, $value);
$known = [];
foreach (get_posts(['numberposts' => -1]) as $post) $known[get_post_meta($post->ID, 'place', true)] = $post;
foreach (array_reverse($in['stories']) as $s) {
	$date = gmdate('Y-m-d H:i:s', strtotime($s['date']));
	$new = ['post_title' => $s['title'], 'post_content' => $s['body'], 'post_date' => $date, 'post_date_gmt' => $date];
	$old = $known[$s['place']] ?? null;
	unset($known[$s['place']]);
	if (!$old) {
		add_post_meta(wp_insert_post($new + ['post_name' => $s['slug'], 'post_status' => 'publish']), 'place', $s['place']);
	} elseif (array_diff_assoc($new, (array) $old)) {
		wp_update_post(['ID' => $old->ID] + $new);
	}
}
foreach ($known as $post) wp_delete_post($post->ID, true);
