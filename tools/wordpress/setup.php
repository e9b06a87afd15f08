<?php
// Reads {account: {title: content}} as JSON, installs WordPress, and publishes each as that account, cleaned as WordPress
// cleans what that account pastes. Prints {account: {title: {id, url, content}}}. `strict` is an administrator of a multisite.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('WP_URL'), PHP_URL_HOST) . ':' . parse_url(getenv('WP_URL'), PHP_URL_PORT);
require getenv('WP_ROOT') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Check', 'admin', 'admin@example.org', false, '', wp_generate_password());
switch_theme('twentytwentythree');
$published = [];
foreach (json_decode(stream_get_contents(STDIN), true) as $account => $posts) {
    $role = ['strict' => 'editor', 'administrator' => 'administrator'][$account] ?? $account;
    $user = wp_insert_user(['user_login' => $account, 'user_pass' => wp_generate_password(), 'role' => $role, 'user_email' => "$account@example.org"]);
    wp_set_current_user($user);
    $account === 'strict' || !current_user_can('unfiltered_html') ? kses_init_filters() : kses_remove_filters();
    foreach ($posts as $title => $content) {
        $id = wp_insert_post(wp_slash(['post_title' => $title, 'post_content' => $content, 'post_status' => 'publish']));
        $published[$account][$title] = ['url' => get_permalink($id), 'content' => get_post($id)->post_content];
    }
}
echo json_encode($published);
